/** What a worker tells the process that started it. */
export type WorkerMessage =
  | { readonly kind: 'ready'; readonly url: string; readonly text: string }
  | { readonly kind: 'metrics_wanted'; readonly id: number }
  | { readonly kind: 'metrics'; readonly question: string; readonly text: string };

/** What the process that started a worker tells it. */
export type SupervisorMessage =
  | { readonly kind: 'metrics_asked'; readonly question: string }
  | {
      readonly kind: 'metrics_told';
      readonly id: number;
      readonly texts: readonly WorkerMetrics[];
    };

/** The metrics of one worker in Prometheus text form. */
export interface WorkerMetrics {
  readonly worker: number;
  readonly text: string;
}
