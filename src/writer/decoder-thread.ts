/** The decoder's thread. */
import { serveThread } from '../threads/server';
import { localDecoder } from './decoder';

serveThread(() => localDecoder);
