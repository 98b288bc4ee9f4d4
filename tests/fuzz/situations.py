def mirrors():
    return []
