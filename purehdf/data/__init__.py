"""From a selection of a dataset to an array: selection, plan, storage, read."""
