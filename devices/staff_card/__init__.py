"""Cards that prove who works at a post: the port, the PKCS #11 driver, and the order in which sign-in asks."""
