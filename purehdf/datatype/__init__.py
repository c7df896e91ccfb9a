"""From a datatype of the file to numpy: dtypes, their metadata, and the elements."""
