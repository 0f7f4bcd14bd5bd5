"""Who works at a post: people of the roster, what proves who they are, and what the kit keeps of it."""
