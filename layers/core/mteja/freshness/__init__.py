"""Whether what is known of customers is still right: when they are asked, how they say so, and how
fresh each field is over everybody."""
