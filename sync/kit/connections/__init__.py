"""Where published bytes come from: links, mirrors, and what they may cost."""
