"""Random statements on one table, in one transaction against one by one."""
