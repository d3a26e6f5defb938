"""Problems: anything that needs a person, in one list."""
