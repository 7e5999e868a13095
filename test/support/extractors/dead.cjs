/** An extractor that ends before it is ready. */
process.exitCode = 1;
