"""The desk as a whole: the application, what it shows, what comes to it, and its keys."""
