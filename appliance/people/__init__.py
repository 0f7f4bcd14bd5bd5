"""Who may do what at the counter: sign-in, sessions, roles, and actions that need two people."""
