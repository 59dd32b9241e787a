"""Travel times by road: which pairs are asked, who answers, and how the answers are kept."""
