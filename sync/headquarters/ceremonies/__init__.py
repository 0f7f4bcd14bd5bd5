"""The offline keys: made, checked and changed by their holders, one after the other."""
