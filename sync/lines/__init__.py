"""Where published bytes come from: lines, mirrors, and what they may cost."""
