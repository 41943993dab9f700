"""The Segment-compatible API: what unmodified Segment libraries send, in our words.

`reading` takes a request apart, `door` says who sends, `messages` gives each call its shape,
`events`, `people` and `orders` say what it means, `intake` makes it durable. Source of what calls
mean: Segment's specification (segmentio/segment-docs, `src/connections/spec`).
"""
