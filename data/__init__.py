"""What the kit knows: values, the lists, the journal. Imports none of the other parts."""
