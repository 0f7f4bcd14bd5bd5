"""The pages that open on top of the desk."""
