"""Devices that are plugged in and out: told by udev where it runs, looked for where it does not."""
