/** The thread that writes texts: opens the content store and serves it to the main thread. */
import { workerData } from 'node:worker_threads';
import { serveThread } from '../../threads/server';
import { openContentStore } from './content-store';
import { asWriter, type ContentPaths } from './content-writer';

serveThread(() => {
  const { path, metadataPath } = workerData as ContentPaths;
  return asWriter(openContentStore(path, metadataPath));
});
