//! Ask the bare function about one vector a line.

mod verify;

fn main() {
    for line in std::io::stdin().lines() {
        let line = line.unwrap();
        let fields: Vec<_> = line.split('\t').collect(); // now, tolerance, secrets, body, headers
        let secrets: Vec<_> = fields[2].split(',').map(bytes).collect();
        let headers: Vec<_> = fields[4].split(',').filter(|text| !text.is_empty()).map(bytes).collect();
        let digest = verify::signed(
            &bytes(fields[3]),
            &headers.iter().map(Vec::as_slice).collect::<Vec<_>>(),
            &secrets.iter().map(Vec::as_slice).collect::<Vec<_>>(),
            fields[0].parse().unwrap(),
            fields[1].parse::<u64>().unwrap() * 1000,
        );
        println!("{}", digest.unwrap_or("refused".to_string()));
    }
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}
