"""One module a command: options in, words or JSON out. What a command does lives in the part it calls."""
