"""What happens at the counter: one traveller in, one screening out."""
