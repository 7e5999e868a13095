// Loaded before the command line: notes how long its main thread kept events waiting, in the file that BENCH_LOOP_DELAY names.
const { writeFileSync } = require('node:fs');
const { monitorEventLoopDelay } = require('node:perf_hooks');
const { isMainThread } = require('node:worker_threads');

const RESOLUTION_MS = 5;

/** The histogram holds the time between two looks, also where nothing was late. */
const late = (ns) => Math.max(0, ns / 1e6 - RESOLUTION_MS);

// What the command starts inherits the option.
if (isMainThread && process.argv[1]?.endsWith('cli.js')) {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  // The modules that the program loads at its start are no delay of a sync.
  setImmediate(() => histogram.enable());
  process.on('exit', () => {
    const { max } = histogram;
    const [p50, p99] = [50, 99].map((part) => late(histogram.percentile(part)));
    writeFileSync(process.env.BENCH_LOOP_DELAY, JSON.stringify({ p50, p99, max: late(max) }));
  });
}
