"""Verification where a framework wants it: each a few lines over `Verifier`.

What may live here: one file a framework, which imports that framework and nothing else. Importing
`hookproof` loads none of them.
"""
