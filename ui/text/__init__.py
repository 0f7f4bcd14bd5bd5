"""What is said in words, on the desk and on the command line; imports nothing that draws."""
