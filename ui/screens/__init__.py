"""The desk: the application, what it shows, the events it handles, and its keys."""
