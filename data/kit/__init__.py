"""What a kit is: its folder, its settings, its secrets, and what its enrolment means."""
