"""A result in words: the sentences and the advice an officer reads, and what of it a lane may see."""
