"""`/staff/…`: the CRM's pages. An HTTP API's authorizer reads no cookies, so the session is
verified here. The use-cases are those of the API.
"""
