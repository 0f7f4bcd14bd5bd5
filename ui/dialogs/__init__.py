"""The pages that open over the desk."""
