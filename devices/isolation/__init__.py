"""Drivers in a process of their own: one that crashes, hangs or leaks takes nothing with it and is started again."""
