"""What the desk's widgets, dialogs and screens share: its actions, its port to the kit, its events and its state."""
