use std::error::Error;

pub fn client() -> Result<reqwest::Client, Box<dyn Error>> {
    Ok(reqwest::Client::builder().build()?)
}
