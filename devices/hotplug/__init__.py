"""Devices that are plugged in and out: reported by udev, or found by looking where there is no udev."""
