"""A simulated camera: it draws pages with defects, which are read by the same code as a real camera's."""
