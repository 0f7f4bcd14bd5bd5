"""Servers, certificates and lines of the loopback, proper ones and ones that misbehave on purpose."""
