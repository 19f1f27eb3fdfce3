//! Trust: which servers are talked to, and what they are shown.

use std::fs::{Metadata, OpenOptions};
use std::io::Read as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{ResolvesClientCert, WebPkiServerVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::sign::CertifiedKey;
use rustls::{
    CertificateError, ClientConfig, ClientConnection, DigitallySignedStruct, RootCertStore,
    SignatureScheme,
};
use sha2::{Digest as _, Sha256};
use x509_cert::Certificate;
use x509_cert::der::Decode as _;

use crate::base::{Error, Result};
use crate::sink::syslog::key_file::{self, Exposed};
use crate::sink::syslog::{Destination, Tls};

/// How long before a certificate expires it is told.
const NOTICE: Duration = Duration::from_secs(30 * 86_400);

/// A PEM file is a few kilobytes; the system's authorities are a few hundred.
const MOST_BYTES: u64 = 16 << 20;

/// What a connection begins with.
#[derive(Clone, Debug)]
pub(crate) struct Trust {
    config: Arc<ClientConfig>,
    name: ServerName<'static>,
    /// Our own certificate.
    identity: Option<CertificateDer<'static>>,
}

impl Trust {
    /// Reads the files that are named.
    ///
    /// # Errors
    /// [`Error::is_config`] when what is in them is of no use, or the private key's can be read by
    /// everybody, [`Error::is_io`] when they cannot be read.
    pub(crate) fn new(tls: &Tls, destination: &Destination) -> Result<Self> {
        let provider = Arc::new(ring::default_provider());
        let name = tls.server_name.as_deref().unwrap_or(destination.host());
        let server_name = ServerName::try_from(name.to_owned()).map_err(|_| {
            let name = name.escape_debug();
            Error::config(format!("`{name}` is no name that a certificate can bear"))
        })?;
        let verifier: Arc<dyn ServerCertVerifier> = if tls.fingerprints.is_empty() {
            let roots = Arc::new(roots(tls.authorities.as_deref())?);
            WebPkiServerVerifier::builder_with_provider(roots, Arc::clone(&provider))
                .build()
                .map_err(|error| Error::config(format!("trusted authorities: {error}")))?
        } else {
            let fingerprints = tls.fingerprints.clone();
            Arc::new(Pinned { fingerprints, provider: Arc::clone(&provider) })
        };
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::config(format!("TLS versions: {error}")))?
            .dangerous()
            .with_custom_certificate_verifier(verifier);
        let mut identity = None;
        let config = match &tls.identity {
            None => config.with_no_client_auth(),
            Some((certificate, key)) => {
                let chain = certificates(certificate)?;
                identity = chain.first().cloned();
                let pem = read(key, |meta| match key_file::exposed(key, meta) {
                    Some(Exposed::ToAll(what)) => Err(Error::config(what)),
                    _ => Ok(()),
                })?;
                let private = PrivateKeyDer::from_pem_slice(&pem).map_err(|error| {
                    Error::config(format!("no private key in PEM: {error}")).at_path(key)
                })?;
                config.with_client_auth_cert(chain, private).map_err(|error| {
                    let what = format!("the key and the certificate are of no use: {error}");
                    Error::config(what).at_path(key)
                })?
            }
        };
        Ok(Self { config: Arc::new(config), name: server_name, identity })
    }

    /// Begins TLS. `asked` becomes true when the server asks for a certificate of ours.
    pub(crate) fn connect(
        &self,
        asked: &Arc<AtomicBool>,
    ) -> Result<ClientConnection, rustls::Error> {
        let mut config = ClientConfig::clone(&self.config);
        let inner = Arc::clone(&config.client_auth_cert_resolver);
        config.client_auth_cert_resolver = Arc::new(Witness { inner, asked: Arc::clone(asked) });
        ClientConnection::new(Arc::new(config), self.name.clone())
    }

    /// Whether there is a certificate of our own to show.
    pub(crate) const fn has_identity(&self) -> bool {
        self.identity.is_some()
    }

    /// What is to be told of our own certificate, if it expires soon.
    pub(crate) fn notice(&self, now: SystemTime) -> Option<String> {
        self.identity.as_ref().and_then(|certificate| notice("our certificate", certificate, now))
    }
}

/// What is to be told of a certificate that expires soon, or did.
pub(crate) fn notice(whose: &str, der: &CertificateDer<'_>, now: SystemTime) -> Option<String> {
    let certificate = Certificate::from_der(der).ok()?;
    let until = certificate.tbs_certificate.validity.not_after;
    let expires = UNIX_EPOCH.checked_add(until.to_unix_duration())?;
    let left = match expires.duration_since(now) {
        Ok(left) if left > NOTICE => return None,
        Ok(left) => format!("expires in {} days", left.as_secs() / 86_400),
        Err(_) => "has expired".to_owned(),
    };
    let subject = certificate.tbs_certificate.subject.to_string();
    Some(format!("{whose} {left}, on {}: {}", until, subject.escape_debug()))
}

fn roots(authorities: Option<&Path>) -> Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    let Some(path) = authorities else {
        let found = rustls_native_certs::load_native_certs();
        roots.add_parsable_certificates(found.certs);
        if roots.is_empty() {
            return Err(Error::config(
                "the system has no trusted authorities: name a file with those to trust, or the \
                 server's fingerprint",
            ));
        }
        return Ok(roots);
    };
    for certificate in certificates(path)? {
        roots.add(certificate).map_err(|error| {
            Error::config(format!("an authority of no use: {error}")).at_path(path)
        })?;
    }
    Ok(roots)
}

/// The certificates of a PEM file; at least one.
fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>> {
    let pem = read(path, |_| Ok(()))?;
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    let chain =
        chain.map_err(|error| Error::config(format!("no PEM file: {error}")).at_path(path))?;
    if chain.is_empty() {
        return Err(Error::config("no certificate in PEM").at_path(path));
    }
    Ok(chain)
}

/// What is in a file, if it may be read.
fn read(path: &Path, may: impl FnOnce(&Metadata) -> Result<()>) -> Result<Vec<u8>> {
    let failed = |error| Error::io("reading", error).at_path(path);
    // A pipe would be waited for, and a device has no end.
    let file = OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK).open(path);
    let file = file.map_err(failed)?;
    let meta = file.metadata().map_err(failed)?;
    if !meta.is_file() {
        return Err(Error::config("this is no file").at_path(path));
    }
    may(&meta)?;
    let mut pem = Vec::new();
    file.take(MOST_BYTES + 1).read_to_end(&mut pem).map_err(failed)?;
    if pem.len() as u64 > MOST_BYTES {
        return Err(Error::config("larger than any PEM file is").at_path(path));
    }
    Ok(pem)
}

/// Sees whether a certificate of ours is asked for.
#[derive(Debug)]
struct Witness {
    inner: Arc<dyn ResolvesClientCert>,
    asked: Arc<AtomicBool>,
}

impl ResolvesClientCert for Witness {
    fn resolve(
        &self,
        root_hint_subjects: &[&[u8]],
        sigschemes: &[SignatureScheme],
    ) -> Option<Arc<CertifiedKey>> {
        // ORDERING: read by this thread.
        self.asked.store(true, Ordering::Relaxed);
        self.inner.resolve(root_hint_subjects, sigschemes)
    }

    fn has_certs(&self) -> bool {
        // Else it is not asked.
        true
    }
}

/// Trusts certificates by their fingerprint alone.
#[derive(Debug)]
struct Pinned {
    fingerprints: Vec<[u8; 32]>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let found: [u8; 32] = Sha256::digest(end_entity).into();
        if self.fingerprints.contains(&found) {
            Ok(ServerCertVerified::assertion())
        } else {
            Err(CertificateError::ApplicationVerificationFailure.into())
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn files(days: i64) -> (tempfile::TempDir, Tls) {
        let dir = tempfile::tempdir().unwrap();
        let key = rcgen::KeyPair::generate().unwrap();
        let mut params = rcgen::CertificateParams::new(vec!["mx1".to_owned()]).unwrap();
        // rcgen has its own type of time: the calendar of 2030 is as good as any.
        params.not_after = rcgen::date_time_ymd(2030, 1, 1 + u8::try_from(days).unwrap());
        let certificate = params.self_signed(&key).unwrap();
        let (cert_file, key_file) = (dir.path().join("c.pem"), dir.path().join("k.pem"));
        fs::write(&cert_file, certificate.pem()).unwrap();
        fs::write(&key_file, key.serialize_pem()).unwrap();
        fs::set_permissions(&key_file, fs::Permissions::from_mode(0o600)).unwrap();
        let tls = Tls::new().authorities(&cert_file).identity(&cert_file, &key_file);
        (dir, tls)
    }

    #[test]
    fn a_certificate_that_expires_is_told_in_time() {
        let (_dir, tls) = files(10);
        let trust = Trust::new(&tls, &Destination::tcp("mx1", 6514)).unwrap();
        let new_year = UNIX_EPOCH + Duration::from_secs(1_893_456_000);
        let told = trust.notice(new_year).unwrap();
        assert!(told.starts_with("our certificate expires in 10 days, on 2030-01-11"), "{told}");
        assert_eq!(trust.notice(new_year - NOTICE), None);
        let told = trust.notice(new_year + NOTICE).unwrap();
        assert!(told.contains("has expired"), "{told}");
    }

    #[test]
    fn a_key_that_everybody_can_read_is_refused() {
        let (_dir, tls) = files(1);
        let (_, key) = tls.identity.clone().unwrap();
        let destination = Destination::tcp("mx1", 6514);
        for (mode, is_refused) in [(0o604, true), (0o644, true), (0o640, false), (0o400, false)] {
            fs::set_permissions(&key, fs::Permissions::from_mode(mode)).unwrap();
            let trust = Trust::new(&tls, &destination);
            assert_eq!(trust.is_err(), is_refused, "{mode:o}");
            if let Err(error) = trust {
                let said = error.to_string();
                assert!(error.is_config() && said.contains("chmod 0600"), "{said}");
                assert!(said.contains(&key.display().to_string()), "{said}");
            }
        }
    }

    #[test]
    fn files_that_are_of_no_use_are_named() {
        let (dir, tls) = files(1);
        let destination = Destination::tcp("mx1", 6514);
        let nowhere = dir.path().join("nowhere.pem");
        let error = Trust::new(&tls.clone().authorities(&nowhere), &destination).unwrap_err();
        assert!(error.is_io() && error.path() == Some(nowhere.as_path()));
        let (certificate, key) = tls.identity.clone().unwrap();
        for wrong in [
            tls.clone().authorities("/dev/zero"),
            tls.clone().authorities(dir.path()),
            tls.clone().authorities(&key),
            tls.clone().identity(&key, &key),
            tls.clone().identity(&certificate, &certificate),
            tls.server_name("not a name"),
        ] {
            assert!(Trust::new(&wrong, &destination).unwrap_err().is_config());
        }
    }
}
