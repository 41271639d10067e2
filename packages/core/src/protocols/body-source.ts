/**
 * Bytes that are not held in memory, such as an upload on disk. They can be read again for every
 * attempt, also by several readers at once.
 */
export interface BodySource {
  /** Bytes in all. */
  readonly length: number;
  /** Reads them from the beginning, in order. Ending the iteration early gives everything free. */
  open(): AsyncIterable<Buffer>;
}
