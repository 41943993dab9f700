"""What a customer does next: when the next order comes, whether it comes at all, and in which group
of customers that makes them.

Rules and arithmetic are pure. What is worked out of everybody is worked out anew each night, holds
numbers of nobody, and is stored as a whole; what is said of one person is worked out when somebody
asks, of that person's own orders.
"""
