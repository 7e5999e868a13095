import type { StoreWriter } from './store-writer';
import type { WireError } from './wire-error';

/** What the thread is started with. */
export interface ThreadData {
  /** The store's file. */
  path: string;
}

/** A call of the main thread. */
export interface Call {
  id: number;
  method: keyof StoreWriter;
  args: readonly unknown[];
}

/** `ahead`: where the listing of a page goes on, told before the page is committed; `done` or `failed` follows. */
export type Answer =
  | { id: number; kind: 'ahead'; ahead: string | undefined }
  | { id: number; kind: 'done'; value: unknown }
  | { id: number; kind: 'failed'; error: WireError };
