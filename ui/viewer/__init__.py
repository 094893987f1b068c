"""The reviewer's viewer: pages and fields in one component, so that no key waits for a run of the page's script."""
