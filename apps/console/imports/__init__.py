"""Orders from a file: rows read by a layout, grouped into orders, placed in batches that a kill cannot double."""
