SELECT ${value};
