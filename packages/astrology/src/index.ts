export * from './time/index.ts';
export type * from './types.ts';
