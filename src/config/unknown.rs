//! Finds the variables that look like inputs but are not.

use super::{
    env::Environment,
    inputs::INPUTS,
    row::{OURS, Row},
};

/// Each such variable with the nearest input's variable.
pub fn unknown_variables(environment: &Environment) -> Vec<(String, String)> {
    let all = INPUTS.iter().flat_map(Row::variables);
    let known: Vec<String> = all.filter(|name| name.starts_with(OURS)).collect();
    let unknown = environment.names_with(OURS).filter(|name| !known.iter().any(|known| known == name));
    let nearest = |name: &str| known.iter().min_by_key(|known| strsim::levenshtein(known, name)).cloned();
    unknown.filter_map(|name| Some((name.to_owned(), nearest(name)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_variable_is_met_with_the_nearest_name() {
        let environment =
            Environment::from([("DATAWORKS_FIEL_ID", "1"), ("DATAWORKS_REGION", "x"), ("DATAWORKS_EMPTY", "")]);
        assert_eq!(unknown_variables(&environment), [("DATAWORKS_FIEL_ID".to_owned(), "DATAWORKS_FILE_ID".to_owned())]);
    }
}
