"""Where the chunks of a dataset lie: the chunk table, and the indexes it comes from."""
