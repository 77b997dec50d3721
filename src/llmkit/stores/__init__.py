"""Where layers keep their state: in memory, in a file, or on a server that many processes share."""
