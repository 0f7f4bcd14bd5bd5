"""Rules about the shape of the code itself: names, boundaries, and how many files a flow passes through."""
